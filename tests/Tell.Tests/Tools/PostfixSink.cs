using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>
/// Postfix's smtp-sink as the next hop. It writes each message to a file: its own header fields, the message with LF for CR LF, an empty line.
/// </summary>
public sealed class PostfixSink : IAsyncDisposable
{
    private readonly TempDirectory _dumps = new();
    private readonly ChildProcess _process;

    private PostfixSink(int port, string[] options)
    {
        Port = port;
        string[] privileges = Environment.IsPrivilegedProcess ? ["-u", "root"] : [];
        _process = ChildProcess.Start(
            Tool.PathOf("smtp-sink"), [.. privileges, .. options, "-d", _dumps["mail."], $"127.0.0.1:{port}", "100"], _dumps.Path);
    }

    /// <summary>The port of 127.0.0.1 on which it listens.</summary>
    public int Port { get; }

    /// <summary>What it printed, for the message of a failing test.</summary>
    public string Evidence => _process.Evidence;

    /// <summary>What arrived so far, as smtp-sink wrote it, without its own header fields and its final empty line.</summary>
    public IReadOnlyList<byte[]> Contents =>
        [.. Directory.GetFiles(_dumps.Path, "mail.*").Select(File.ReadAllBytes).Where(dump => dump.AsSpan().EndsWith("\n\n"u8)).Select(Unwrap)];

    /// <summary>Starts one and waits until it accepts connections.</summary>
    public static Task<PostfixSink> StartAsync() => StartAsync(FreePort.Next());

    /// <summary>Starts one on a port with more options, such as those for faults, and waits until it accepts connections.</summary>
    public static async Task<PostfixSink> StartAsync(int port, params string[] options)
    {
        var sink = new PostfixSink(port, options);
        await Patience.UntilAsync("smtp-sink listens", Patience.ForAProgram, async () =>
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return sink._process.HasExited ? throw new InvalidOperationException(sink.Evidence) : false;
            }
        });
        return sink;
    }

    /// <summary>Ends it and deletes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _dumps.Dispose();
    }

    // X-Client-Addr ... X-Rcpt-Args, then a Received field of three lines that names smtp-sink.
    private static byte[] Unwrap(byte[] dump)
    {
        var text = Encoding.Latin1.GetString(dump);
        var own = text.IndexOf("by smtp-sink (smtp-sink)", StringComparison.Ordinal);
        var dateLine = text.IndexOf('\n', own) + 1;
        var start = text.IndexOf('\n', dateLine) + 1;
        return dump[start..^1];
    }
}
