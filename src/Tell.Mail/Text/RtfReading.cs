using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>What has been read of an RTF: the text, and for each group that is open whether it shows, its font and how much of what follows a \u it passes over.</summary>
internal sealed class RtfReading(int length)
{
    // Deeper groups are as the last that is counted.
    private const int MostGroups = 500, MostFonts = 1000;

    private readonly StringBuilder _text = new(Math.Min(length, 64 * 1024));
    private readonly ArrayBufferWriter<byte> _octets = new();
    private readonly Stack<Group> _groups = new();
    private readonly Dictionary<int, string> _fonts = [];
    private Group _group = new(false, false, false, 1, null);
    private string _charset = "windows-1252";
    private string? _written;
    private int _deeper, _passed, _font;
    private bool _isStar;

    /// <summary>A group begins: what it changes ends with it.</summary>
    public void Open()
    {
        (_passed, _isStar) = (0, false);
        if (_groups.Count < MostGroups)
            _groups.Push(_group);
        else
            _deeper++;
    }

    /// <summary>A group ends.</summary>
    public void Close()
    {
        (_passed, _isStar) = (0, false);
        if (_deeper > 0)
            _deeper--;
        else if (_groups.TryPop(out var outer))
            _group = outer;
    }

    /// <summary>An octet of the text, in the charset of its font.</summary>
    public void Octet(char octet)
    {
        if (IsPassed() || _group.Hides)
            return;
        var charset = _group.Charset ?? _charset;
        if (_written != charset)
            Flush();
        _written = charset;
        _octets.Octet((byte)octet);
    }

    /// <summary>A control symbol: a backslash and something that is no letter.</summary>
    public void Symbol(char symbol)
    {
        if (symbol == '*')
        {
            _isStar = true;
            return;
        }
        var text = symbol switch
        {
            '\\' or '{' or '}' => symbol.ToString(),
            '~' => "\u00a0",
            '_' => "\u2011",
            '\r' or '\n' => "\n",
            '\t' => "\t",
            _ => "",
        };
        if (text.Length > 0 && !IsPassed())
            Write(text);
    }

    /// <summary>A control word.</summary>
    public void Word(ReadOnlySpan<char> word, int? value)
    {
        var isStar = _isStar;
        _isStar = false;
        switch (word)
        {
            case "u":
                if (value is { } code)
                    Write(((char)(ushort)code).ToString());
                _passed = _group.Passes;
                return;
            case "uc":
                _group = _group with { Passes = Math.Clamp(value ?? 1, 0, 100) };
                return;
            case "ansicpg":
                _charset = NameOf(value ?? 0) ?? _charset;
                return;
            case "mac":
                _charset = "macintosh";
                return;
            case "htmlrtf":
                _group = _group with { IsBesideHtml = value != 0 };
                return;
            case "fonttbl":
                _group = _group with { IsFonts = true, IsHidden = true };
                return;
            case "f":
                _font = value ?? 0;
                if (!_group.IsFonts)
                    _group = _group with { Charset = _fonts.GetValueOrDefault(_font) };
                return;
            case "fcharset":
                if (_group.IsFonts && _fonts.Count < MostFonts && NameOf(PageOf(value ?? 0)) is { } name)
                    _fonts.TryAdd(_font, name);
                return;
            case "plain":
                _group = _group with { Charset = null };
                return;
        }
        if (isStar || IsDestination(word))
            _group = _group with { IsHidden = true };
        else if (Meaning(word) is { Length: > 0 } text && !IsPassed())
            Write(text);
    }

    /// <summary>The text.</summary>
    public string Finish()
    {
        Flush();
        return _text.ToString();
    }

    private void Write(string text)
    {
        if (_group.Hides)
            return;
        Flush();
        _text.Append(text);
    }

    // What stands behind a \u for those who do not know it.
    private bool IsPassed() => _passed > 0 && _passed-- > 0;

    private void Flush()
    {
        if (_octets.WrittenCount > 0)
            _text.Append(Charset.Find(_written!)!.GetString(_octets.WrittenSpan));
        _octets.ResetWrittenCount();
    }

    private static string? NameOf(int page) => page > 0 ? Charset.NameOf($"cp{page:D3}") : null;

    private static bool IsDestination(ReadOnlySpan<char> word) => word is "colortbl" or "stylesheet" or "info" or "pict" or "object" or "fldinst" or "header" or "headerl" or "headerr"
        or "headerf" or "footer" or "footerl" or "footerr" or "footerf" or "listtable" or "listoverridetable" or "xe" or "tc" or "filetbl" or "nonshppict" or "themedata";

    private static string Meaning(ReadOnlySpan<char> word) => word switch
    {
        "par" or "line" or "row" or "sect" or "page" or "softline" => "\n",
        "tab" or "cell" or "nestcell" => "\t",
        "emdash" => "\u2014",
        "endash" => "\u2013",
        "bullet" => "\u2022",
        "lquote" => "\u2018",
        "rquote" => "\u2019",
        "ldblquote" => "\u201c",
        "rdblquote" => "\u201d",
        "emspace" or "enspace" or "qmspace" => " ",
        _ => "",
    };

    // The charsets of Windows fonts.
    private static int PageOf(int charset) => charset switch
    {
        0 => 1252, 77 => 10000, 128 => 932, 129 => 949, 130 => 1361, 134 => 936, 136 => 950, 161 => 1253, 162 => 1254, 163 => 1258,
        177 => 1255, 178 => 1256, 186 => 1257, 204 => 1251, 222 => 874, 238 => 1250, 254 => 437, 255 => 850,
        _ => 0,
    };

    /// <summary>What is in force in a group.</summary>
    private readonly record struct Group(bool IsHidden, bool IsBesideHtml, bool IsFonts, int Passes, string? Charset)
    {
        public bool Hides => IsHidden || IsBesideHtml;
    }
}
