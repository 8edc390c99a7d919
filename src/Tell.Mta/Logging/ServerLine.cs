using System.Globalization;
using System.Text;
using NLog;

namespace Tell.Mta.Logging;

/// <summary>
/// Writes one event of the server log as one line: a control character out of a message, an argument or an exception cannot begin a
/// line of its own or reach the terminal as a command, and none that turns the direction of writing shows the rest as something else.
/// </summary>
internal static class ServerLine
{
    private const string Turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029";

    /// <summary>"2026-02-03 04:05:06.789 warning Outbound.Destination: text".</summary>
    public static string ForFile(LogEventInfo entry) => Write(entry, "yyyy-MM-dd HH:mm:ss.fff");

    /// <summary>The same without the date.</summary>
    public static string ForConsole(LogEventInfo entry) => Write(entry, "HH:mm:ss");

    private static string Write(LogEventInfo entry, string time)
    {
        var line = new StringBuilder(160)
            .Append(entry.TimeStamp.ToString(time, CultureInfo.InvariantCulture))
            .Append(' ')
            .Append(Word(entry.Level));
        var message = entry.FormattedMessage;
        var source = Source(entry.LoggerName);
        // A task's messages often begin with its name already.
        if (!source.IsEmpty && !message.AsSpan().StartsWith(source, StringComparison.Ordinal))
            line.Append(source).Append(": ");
        Escape(line, message);
        if (entry.Exception is { } problem)
        {
            line.Append(" | ");
            Escape(line, problem.ToString());
        }
        return line.ToString();
    }

    private static string Word(LogLevel level) =>
        level == LogLevel.Fatal || level == LogLevel.Error ? "ERROR " : level == LogLevel.Warn ? "warning " : "";

    private static ReadOnlySpan<char> Source(string? category)
    {
        var name = (category ?? "").AsSpan();
        if (name.SequenceEqual(LoggingSetup.StatusCategory))
            return [];
        foreach (var prefix in (ReadOnlySpan<string>)["Tell.Mta.", "Tell."])
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
                return name[prefix.Length..];
        }
        return name;
    }

    private static void Escape(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            if (c == '\n')
                line.Append(" | ");
            else if (char.IsControl(c) && c != '\r')
                line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else if (Turning.Contains(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else if (c != '\r')
                line.Append(c);
        }
    }
}
