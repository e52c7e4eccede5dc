// Fetches a token from the server, which decides whether it may be shown. A sign-in
// that is not fresh leads to the page that asks for the password again.

export class RefusedError extends Error {}

export async function fetchSecret(url) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
  });
  const answer = await response.json().catch(() => ({}));
  if (answer.confirm) {
    location.assign(answer.confirm);
    return new Promise(() => {});
  }
  if (!response.ok) {
    throw new RefusedError(answer.message ?? "That did not work. Reload the page and try again.");
  }
  return answer.token;
}

function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]').content;
}
