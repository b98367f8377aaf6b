// htmx only where a page uses it: it looks at every element, which on a phone takes longer than
// all scripts of ours together.
if (document.querySelector("[hx-get], [hx-post]")) {
  document.head.append(document.getElementById("htmx").content);
}
