// A list of names in the house rules as text [P162]: what is ticked, and what is written beside it. The hub alone says
// whether it is a list, and in what order it stands; here names are only found again.

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const namesOf = (text: string): string[] =>
    text.trim() === 'none'
        ? []
        : text
              .split(',')
              .map((name) => name.trim())
              .filter(Boolean);

export const hasName = (text: string, name: string): boolean => namesOf(text).some((one) => sameName(one, name));

/** The names that no box stands for, as somebody writes them. */
export const otherNames = (text: string, boxes: readonly string[]): string =>
    namesOf(text)
        .filter((name) => !boxes.some((box) => sameName(box, name)))
        .join(', ');

/** The list with what is ticked and what is written; what is in force, if that is the same list. */
export function namesText(ticked: readonly string[], written: string, inForce: string): string {
    const names = [...ticked, ...namesOf(written)];
    const force = namesOf(inForce);
    const same =
        names.every((name) => hasName(inForce, name)) && force.every((name) => names.some((n) => sameName(n, name)));
    return same ? inForce : names.join(', ') || 'none';
}
