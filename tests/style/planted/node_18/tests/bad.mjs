// Planted: a name that Node 18 does not have.
export const here = import.meta.dirname;
