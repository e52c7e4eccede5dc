// A form [data-sends-itself] is sent as soon as the page is there; without scripts it has
// a button.

document.querySelector("[data-sends-itself]")?.requestSubmit();
