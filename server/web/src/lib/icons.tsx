// The few signs we draw: thin strokes in the text's colour, hidden from screen readers (words stand beside them).

function Icon({ d, class: name = '' }: { d: string; class?: string }) {
    return (
        <svg class={`icon ${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path
                d={d}
                fill="none"
                stroke="currentColor"
                stroke-width="1.6"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
        </svg>
    );
}

export const Chevron = () => <Icon class="chevron" d="M9 5l7 7-7 7" />;
export const Check = () => <Icon class="check" d="M5 12.5l4.5 4.5L19 7" />;
export const Cross = () => <Icon class="cross" d="M7 7l10 10M17 7L7 17" />;
