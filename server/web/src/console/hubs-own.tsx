// What the hub says of a text in the language of rules, whose own words are English: it is shown as it came, and said
// to be English, so that it is read out as such.

export const HubsOwn = ({ text }: { text: string }) => (
    <span lang="en" data-own>
        {text}
    </span>
);
