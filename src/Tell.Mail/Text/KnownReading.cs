using System.Text;

namespace Tell.Mail;

/// <summary>
/// Reads what a code page has for reading only (NEC's copies of IBM's characters in Shift_JIS, doubles in Big5), which a plain replacement would lose; what nobody
/// can read is U+FFFD.
/// </summary>
internal sealed class KnownReading(Encoding page) : DecoderFallback
{
    public override int MaxCharCount => 2;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Pending(page);

    private sealed class Pending(Encoding page) : DecoderFallbackBuffer
    {
        private string _text = "";
        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            // The page itself says "?", or a katakana dot in Japanese, for what it does not know; half a character is nothing.
            var read = bytesUnknown.Length < 2 ? "?" : page.GetString(bytesUnknown);
            (_text, _next) = (read.Length is 0 or > 2 || read.AsSpan().ContainsAny('?', '\u30fb') ? "\ufffd" : read, 0);
            return true;
        }

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
                return false;
            _next--;
            return true;
        }

        public override void Reset() => (_text, _next) = ("", 0);
    }
}
