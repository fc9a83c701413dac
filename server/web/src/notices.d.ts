// What build.mjs makes of config/notices/*.claims: one entry a notice and language, as it is kept beside the pages.
declare module 'maitred:notices' {
    const notices: readonly {
        name: string;
        version: number;
        language: string;
        claims: readonly { id: string; say: string }[];
        sha256: string;
    }[];
    export default notices;
}
