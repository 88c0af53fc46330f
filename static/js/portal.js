// Loaded by every page: wires what the pages' data attributes ask for.
import { wireConfirm } from "./confirm.js";
import { wireGridKeys } from "./grid_keys.js";
import { wireKeyboard } from "./keyboard.js";
import { wireNavigation } from "./navigation.js";
import { wireToasts } from "./toasts.js";

document.documentElement.classList.add("js");
wireNavigation(document);
wireToasts(document);
wireConfirm(document);
wireKeyboard(document);
wireGridKeys(document);
