// The owner's page: a shorter text on a phone, one answer for all, how many are answered.

// On a phone the text is a list of headings to open: the question itself is then near.
if (window.matchMedia("(max-width: 40rem)").matches) {
  for (const section of document.querySelectorAll(".ask-paper details")) section.open = false;
}

const form = document.querySelector("form[data-answer]");

if (form) {
  const doors = [...form.querySelectorAll(".ask-door")];
  const count = form.querySelector("[data-answer-count]");
  const all = form.querySelector("[data-answer-all]");

  const tell = () => {
    if (!count) return;
    const answered = doors.filter((door) => door.querySelector("input:checked")).length;
    count.textContent = count.dataset.answerCount
      .replace("{answered}", answered)
      .replace("{all}", doors.length);
    count.classList.toggle("is-complete", answered === doors.length);
  };

  if (all) {
    all.hidden = false;
    all.addEventListener("click", (event) => {
      const button = event.target.closest("[data-answer-with]");
      if (!button) return;
      for (const door of doors) {
        door.querySelector(`input[value="${button.dataset.answerWith}"]`).checked = true;
      }
      tell();
    });
  }
  form.addEventListener("change", tell);
  tell();
}
