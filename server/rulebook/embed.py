"""Writes a text file as a C array: embed.py IN OUT NAME."""
import sys

source, target, name = sys.argv[1:4]
with open(source, 'rb') as f:
    data = f.read() + b'\0'
with open(target, 'w', encoding='ascii') as f:
    f.write('/* Made from a text file at build time. */\nextern const char %s[];\nconst char %s[] = {\n' % (name, name))
    for i in range(0, len(data), 24):
        f.write(''.join('%d,' % (b - 256 if b > 127 else b) for b in data[i:i + 24]) + '\n')
    f.write('};\n')
