// The owner's page: the same answer for all entrances, and how many are answered.

const form = document.querySelector("form[data-answer]");

if (form) {
  const doors = [...form.querySelectorAll(".ask-door")];
  const count = form.querySelector("[data-answer-count]");
  const all = form.querySelector("[data-answer-all]");

  const tell = () => {
    const answered = doors.filter((door) => door.querySelector("input:checked")).length;
    count.textContent = `${answered} / ${doors.length}`;
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
