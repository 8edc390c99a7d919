using System.Collections.Immutable;
using System.Globalization;
using Tell.Mail;

namespace Tell.Smtp;

/// <summary>
/// An SMTP reply (RFC 5321 4.2): a code, an enhanced status that cannot contradict it (RFC 2034), and lines that cannot hold CR or LF.
/// </summary>
public sealed record Reply
{
    /// <summary>A reply with one or more lines.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The code is not 200 to 599.</exception>
    /// <exception cref="ArgumentException">The class of the status is not that of the code, or there is no line.</exception>
    public Reply(int code, EnhancedStatus status, params ImmutableArray<Line> lines)
    {
        if (code is < 200 or > 599)
            throw new ArgumentOutOfRangeException(nameof(code), code, "A reply code is 200 to 599.");
        if (!status.IsNone && status.Class != code / 100)
            throw new ArgumentException($"Status {status} cannot stand on a {code} reply.", nameof(status));
        if (lines.IsDefaultOrEmpty)
            throw new ArgumentException("A reply has at least one line.", nameof(lines));
        (Code, Status, Lines) = (code, status, lines);
    }

    /// <summary>The three digits.</summary>
    public int Code { get; }

    /// <summary>The enhanced status; none where there is none (greeting, EHLO, 354).</summary>
    public EnhancedStatus Status { get; }

    /// <summary>The texts of the lines, without code and status; at least one.</summary>
    public ImmutableArray<Line> Lines { get; }

    /// <summary>2yz.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>4yz.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>5yz.</summary>
    public bool IsPermanent => Code >= 500;

    /// <summary>A reply of one line with a status: <c>Reply.Of(550, "5.1.1", "No such user here")</c>; "" for no status.</summary>
    public static Reply Of(int code, string status, string text)
    {
        var parsed = default(EnhancedStatus);
        if (status.Length > 0 && !EnhancedStatus.TryParse(status, out parsed))
            throw new ArgumentException($"\"{status}\" is not an enhanced status.", nameof(status));
        return new Reply(code, parsed, Line.From(text));
    }

    /// <summary>The reply on one line, for logs and histories: "550 5.1.1 No such user here".</summary>
    public override string ToString()
    {
        var status = Status.IsNone ? "" : $"{Status} ";
        return string.Create(CultureInfo.InvariantCulture, $"{Code} {status}{string.Join(' ', Lines.Select(line => line.Text))}");
    }
}
