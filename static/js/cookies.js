// A preference that the server reads as it renders the next page.

const YEAR = 31536000;

export function keep(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}
