using System.Text;
using Tell.Smtp.Network;
using Tell.Tests.Simulation;

namespace Tell.Tests.Smtp.Client;

/// <summary>
/// A server that follows a script, whatever it is: "S: ..." says a line, "C: ..." wants exactly that line, "-- close", "-- reset" and
/// "-- silence" do what they say ("-- silence" waits until the client is gone).
/// </summary>
internal sealed class Transcript(string script)
{
    private readonly StringBuilder _unread = new();

    public async Task PlayAsync(IConnection connection)
    {
        foreach (var line in script.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            switch (line)
            {
                case ['S', ':', ..]:
                    await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(line[2..].TrimStart(' ') + "\r\n"));
                    await Task.Yield();
                    break;
                case ['C', ':', ..]:
                    Assert.Equal(line[2..].TrimStart(' '), await ReadLineAsync(connection));
                    break;
                case "-- close":
                    return;
                case "-- reset":
                    connection.Abort();
                    return;
                case "-- silence":
                    while (await ReadLineAsync(connection) is not null)
                    {
                    }
                    return;
                default:
                    throw new FormatException(line);
            }
        }
    }

    private async Task<string?> ReadLineAsync(IConnection connection)
    {
        while (true)
        {
            var text = _unread.ToString();
            var end = text.IndexOf("\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                _unread.Remove(0, end + 2);
                return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text[..end]));
            }
            try
            {
                var result = await connection.Transport.Input.ReadAsync();
                _unread.Append(Encoding.Latin1.GetString(result.Buffer));
                connection.Transport.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted && _unread.ToString() is var rest && !rest.Contains("\r\n", StringComparison.Ordinal))
                {
                    _unread.Clear();
                    return rest.Length > 0 ? rest : null;
                }
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
