using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Tell.Mail;

namespace Tell.Smtp.Client;

/// <summary>
/// Reads replies (RFC 5321 4.2): one or more lines of the same code, ended by LF or CRLF, at most 4,096 octets each (512 in 4.5.3.1.5,
/// but the field is longer) and 128 in all. Holds no octets: what is not a whole line stays in the input. One per session.
/// </summary>
internal sealed class ReplyParser
{
    public const int MaxLine = 4096;
    public const int MaxLines = 128;

    private readonly List<string> _lines = [];
    private readonly RecentReplies _recent = new();
    private int _code;

    /// <summary>True in the middle of a reply of several lines.</summary>
    public bool InReply => _lines.Count > 0;

    /// <summary>
    /// Takes one reply off the start of <paramref name="input"/>. A fault is a sentence fit for the log. Text is decoded as UTF-8;
    /// what is none, and control characters, are replaced.
    /// </summary>
    public ReplyRead Read(ref ReadOnlySequence<byte> input, out Reply? reply, out string? fault)
    {
        (reply, fault) = (null, null);
        while (true)
        {
            var end = input.PositionOf((byte)'\n');
            if (end is null ? input.Length > MaxLine : input.GetOffset(end.Value) - input.GetOffset(input.Start) > MaxLine)
            {
                fault = $"the peer sent a reply line of more than {MaxLine} octets";
                return ReplyRead.Fault;
            }
            if (end is null)
                return ReplyRead.NeedMore;
            var octets = input.Slice(0, end.Value);
            input = input.Slice(input.GetPosition(1, end.Value));
            var line = octets.IsSingleSegment ? octets.FirstSpan : octets.ToArray();
            if (line is [.., (byte)'\r'])
                line = line[..^1];
            if (_lines.Count == 0 && _recent.TryGet(line, out reply))
                return ReplyRead.Reply;
            if (!TryLine(line, out var code, out var more, out fault))
                return ReplyRead.Fault;
            _lines.Add(Text(line.Length > 4 ? line[4..] : []));
            _code = code;
            if (more)
                continue;
            reply = Build();
            if (_lines.Count == 1)
                _recent.Add(line, reply);
            _lines.Clear();
            return ReplyRead.Reply;
        }
    }

    private bool TryLine(ReadOnlySpan<byte> line, out int code, out bool more, out string? fault)
    {
        (code, more, fault) = (0, line.Length > 3 && line[3] == '-', null);
        var digits = line.Length >= 3 && line[0] is >= (byte)'2' and <= (byte)'5' && !line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9');
        if (!digits || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
            fault = $"the peer sent no reply: \"{Text(line.Length > 100 ? line[..100] : line)}\"";
        else if ((code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0')) != _code && _lines.Count > 0)
            fault = $"the peer sent a reply with two codes, {_code} and {code}";
        else if (_lines.Count == MaxLines)
            fault = $"the peer sent a reply of more than {MaxLines} lines";
        return fault is null;
    }

    private Reply Build()
    {
        // RFC 2034 3: the status stands on each line, and its class is that of the code; a status of another class is only text.
        var tagged = EnhancedStatus.TryParse(_lines[0], out var status) && status.Class == _code / 100;
        if (!tagged)
            return new Reply(_code, default, [.. _lines.Select(line => Line.Clean(line))]);
        var tag = _lines[0].AsSpan(0, _lines[0].IndexOf(' ') is var space and >= 0 ? space : _lines[0].Length).ToString();
        return new Reply(_code, status, [.. _lines.Select(line => Line.Clean(Untagged(line, tag)))]);
    }

    private static ReadOnlySpan<char> Untagged(string line, string tag)
    {
        if (!line.StartsWith(tag, StringComparison.Ordinal) || (line.Length > tag.Length && line[tag.Length] != ' '))
            return line;
        return line.AsSpan(tag.Length).TrimStart(' ');
    }

    private static string Text(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.UTF8.GetString(octets);
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return string.Create(text.Length, text, static (kept, text) =>
                {
                    for (var i = 0; i < kept.Length; i++)
                        kept[i] = char.IsControl(text[i]) ? ' ' : text[i];
                });
        }
        return text;
    }
}
