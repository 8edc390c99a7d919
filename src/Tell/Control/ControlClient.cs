using System.Net.Sockets;
using System.Text;

namespace Tell.Control;

/// <summary>Asks a running server.</summary>
internal static class ControlClient
{
    /// <summary>
    /// Sends words and files, hands each line of the answer to <paramref name="line"/> as it comes, and returns whether it was done;
    /// null where no server runs on the directory.
    /// </summary>
    /// <exception cref="IOException">The socket is another user's, or the connection broke; the message says so.</exception>
    public static async Task<bool?> AskAsync(
        string dataDirectory,
        IReadOnlyList<string> words,
        IReadOnlyList<KeyValuePair<string, byte[]>> inputs,
        Action<string> line,
        CancellationToken cancellation)
    {
        var request = new ControlRequest(ControlRequest.Current, words, [.. inputs.Select(input => new ControlInput(input.Key, input.Value.Length))]).ToLine();
        if (request.Length > ControlRequest.MostOctets)
            throw new IOException("the command is too long");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (!await ConnectAsync(socket, ControlAddress.For(dataDirectory), cancellation))
            return null;
        await using var stream = new NetworkStream(socket);
        try
        {
            await stream.WriteAsync(request, cancellation);
            foreach (var input in inputs)
                await stream.WriteAsync(input.Value, cancellation);
        }
        catch (IOException)
        {
            // The server may have answered and closed before it read everything: its answer says why.
        }
        using var reader = new StreamReader(stream, new UTF8Encoding(false));
        while (await reader.ReadLineAsync(cancellation) is { } text)
        {
            switch (ControlFrames.Read(text))
            {
                case { Done: { } done }:
                    return done;
                case { Text: { } answer }:
                    line(answer);
                    break;
            }
        }
        throw new IOException("the server closed the connection before it had answered");
    }

    private static async Task<bool> ConnectAsync(Socket socket, string path, CancellationToken cancellation)
    {
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return true;
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new IOException($"{path} may not be opened: say this as the user whose server it is", problem);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
