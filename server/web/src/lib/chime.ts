// A calm chime: two soft bell tones. Browsers allow sound only after the first tap, so `unlock` is called from one.

let context: AudioContext | null = null;

export function unlockChime(): void {
    try {
        context ??= new AudioContext();
        void context.resume();
    } catch {
        context = null; // no sound on this device: vibration and the screen remain
    }
}

export function chimeReady(): boolean {
    return context?.state === 'running';
}

function tone(audio: AudioContext, frequency: number, from: number): void {
    for (const [partial, level] of [
        [1, 0.16],
        [2.76, 0.035],
    ] as const) {
        const voice = audio.createOscillator();
        const swell = audio.createGain();
        voice.frequency.value = frequency * partial;
        swell.gain.setValueAtTime(0, from);
        swell.gain.linearRampToValueAtTime(level, from + 0.02);
        swell.gain.exponentialRampToValueAtTime(0.0001, from + 1.6);
        voice.connect(swell).connect(audio.destination);
        voice.start(from);
        voice.stop(from + 1.7);
    }
}

export function chime(): void {
    if (context?.state === 'running') {
        tone(context, 659.3, context.currentTime + 0.01);
        tone(context, 880, context.currentTime + 0.24);
    }
    navigator.vibrate?.([90, 70, 140]);
}
