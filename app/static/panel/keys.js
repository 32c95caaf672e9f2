// Keys that press the buttons of the mode on the screen. Which key presses a button is said by the button itself.

import { isLaidOut } from "./seen.js";

const COMMANDS = { z: "Control+Z", y: "Control+Y" };

/** The key of an event as `aria-keyshortcuts` names it; null for one that is no shortcut here. */
function named({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey || key.length !== 1) return null;
  if (!ctrlKey && !metaKey) return shiftKey ? null : key.toUpperCase();
  const command = COMMANDS[key.toLowerCase()];
  return command && shiftKey ? command.replace("+", "+Shift+") : command;
}

const isTyping = (element) => element.matches("input:not([type=range], [type=radio], [type=checkbox]), select, textarea");

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    const name = named(event);
    if (!name || event.defaultPrevented || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const buttons = [...document.querySelectorAll(`button[aria-keyshortcuts~="${CSS.escape(name)}"]`)];
    const button = buttons.find((each) => !each.disabled && !each.closest("[inert]") && isLaidOut(each));
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
