// Browsers set controls by themselves and tell nobody: on the way back to how they were left, or, Safari, to nothing.

/** Call `act` once that may have happened. */
export const onRestored = (act) => addEventListener("pageshow", () => setTimeout(act)); // Safari does it after the event
