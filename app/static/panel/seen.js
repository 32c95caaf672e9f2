/** Whether an element is laid out, not hidden with what holds it. `checkVisibility` would say so, but is of Safari 17.4. */
export const isLaidOut = (element) => element.getClientRects().length > 0;
