using System.Text;
using Tell.Commands;

namespace Tell.Control;

/// <summary>
/// The answer on the wire: each line of it after a blank, then "=0" (done) or "=1" (not done), each with LF. A connection that ends
/// before the "=" broke.
/// </summary>
internal static class ControlFrames
{
    /// <summary>The octets of an answer.</summary>
    public static byte[] Write(Answer answer, bool done)
    {
        var text = new StringBuilder();
        foreach (var line in answer.Lines)
            text.Append(' ').Append(line).Append('\n');
        return Encoding.UTF8.GetBytes(text.Append(done ? "=0\n" : "=1\n").ToString());
    }

    /// <summary>Reads one line: a text, or the end and whether it was done; null where it is neither.</summary>
    public static (string? Text, bool? Done)? Read(string line) => line switch
    {
        [' ', .. var text] => (text, null),
        "=0" => (null, true),
        "=1" => (null, false),
        _ => null,
    };
}
