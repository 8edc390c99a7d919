using System.Globalization;
using System.Runtime.CompilerServices;
using Tell.Documents;
using Tell.Mta.Files;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// A Maildir: one file for each message, written under tmp and moved to new, so that no reader ever sees half of one. Lines end in LF, as Dovecot and the other
/// programs that read Maildirs expect; the name carries the size of the file and that with CRLF (S= and W= of Maildir++), which spares them a read.
/// </summary>
internal static class Maildir
{
    // What stands behind the name: sizes, and the flags of a reader; some write another character for the colon.
    private static readonly char[] NameEnds = [',', ':', ';', '!'];

    /// <summary>
    /// Files a message under a name that is <paramref name="id"/>'s own: filing it again after a crash does not double it while it lies in new or cur. Makes the
    /// folders where they are missing. On stable storage when it completes.
    /// </summary>
    /// <param name="files">The disk.</param>
    /// <param name="folder">The Maildir: an absolute path.</param>
    /// <param name="id">The document's id.</param>
    /// <param name="message">The message, lines with CRLF.</param>
    /// <param name="cancellation">Ends it; what was not filed is not there.</param>
    /// <param name="final">What is said in front of it; null for nothing.</param>
    /// <param name="host">Our name, which stands in the name of the file.</param>
    /// <param name="mayBeThere">
    /// False where it can never have been filed before: its first attempt, by the process that made the document. Spares a look through the whole mailbox.
    /// </param>
    /// <returns>False where it lay there already.</returns>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static async ValueTask<bool> DeliverAsync(
        IFiles files,
        string folder,
        Unid id,
        IAsyncEnumerable<ReadOnlyMemory<byte>> message,
        CancellationToken cancellation,
        FinalDelivery? final = null,
        string host = "localhost",
        bool mayBeThere = true)
    {
        var name = NameOf(id, host);
        var (temporary, fresh, current) = (Path.Combine(folder, "tmp", name), Path.Combine(folder, "new"), Path.Combine(folder, "cur"));
        // Readers take a folder for a Maildir by its cur: tmp and new are there before it.
        foreach (var part in new[] { Path.Combine(folder, "tmp"), fresh, current })
            await files.MakeFolderAsync(part, cancellation);
        if (mayBeThere)
        {
            if (await HoldsAsync(files, fresh, name, cancellation) || await HoldsAsync(files, current, name, cancellation))
                return false;
            // Half of a message that a crash has left.
            await files.DeleteAsync(temporary, cancellation);
        }
        var lines = new LineEnds();
        await files.WriteAsync(temporary, lines.WithLfAsync(message, final?.ToFields() ?? [], cancellation), cancellation);
        // Not the token: the message is whole, and one more step files it.
        await files.MoveAsync(temporary, Path.Combine(fresh, string.Create(CultureInfo.InvariantCulture, $"{name},S={lines.Size},W={lines.SizeWithCrLf}")), CancellationToken.None);
        return true;
    }

    /// <summary>The documents in one of its folders, by their names there: one look, for many that are filed one after another. Makes the folder where it is missing.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static async ValueTask<HashSet<string>> NamesAsync(IFiles files, string folder, string part, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, part);
        await files.MakeFolderAsync(path, cancellation);
        return [.. (await files.ListAsync(path, cancellation)).Select(file => file.Name.IndexOfAny(NameEnds) is >= 0 and var end ? file.Name[..end] : file.Name)];
    }

    /// <summary>The name of a document in a Maildir, without what readers add: time, UNID and host, all of it the document's own.</summary>
    public static string NameOf(Unid id, string host)
    {
        var safe = string.Concat(host.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        return string.Create(CultureInfo.InvariantCulture, $"{id.Time.ToUnixTimeSeconds()}.{id}.{(safe.Length is > 0 and <= 100 ? safe : "localhost")}");
    }

    // A reader moves a message to cur and adds ":2," with flags.
    private static async ValueTask<bool> HoldsAsync(IFiles files, string folder, string name, CancellationToken cancellation)
    {
        foreach (var file in await files.ListAsync(folder, cancellation))
        {
            if (file.Name.StartsWith(name, StringComparison.Ordinal) && (file.Name.Length == name.Length || NameEnds.Contains(file.Name[name.Length])))
                return true;
        }
        return false;
    }

    // Counts what it writes: the sizes stand in the name.
    private sealed class LineEnds
    {
        public long Size { get; private set; }

        public long SizeWithCrLf { get; private set; }

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> WithLfAsync(
            IAsyncEnumerable<ReadOnlyMemory<byte>> message, byte[] front, [EnumeratorCancellation] CancellationToken cancellation)
        {
            if (front.Length > 0)
                yield return Count(front);
            var buffer = Array.Empty<byte>();
            var held = false;
            await foreach (var piece in message.WithCancellation(cancellation))
            {
                if (buffer.Length < piece.Length + 1)
                    buffer = new byte[piece.Length + 1];
                yield return Count(buffer.AsMemory(0, Convert(piece.Span, buffer, ref held)));
            }
            if (held)
                yield return Count("\r"u8.ToArray());
        }

        // A CR goes where LF follows it. One that ends a piece is held back until the next says what follows.
        private static int Convert(ReadOnlySpan<byte> octets, Span<byte> to, ref bool held)
        {
            var length = 0;
            while (!octets.IsEmpty)
            {
                if (held)
                {
                    if (octets[0] != '\n')
                        to[length++] = (byte)'\r';
                    held = false;
                }
                var cr = octets.IndexOf((byte)'\r');
                var run = cr < 0 ? octets : octets[..cr];
                run.CopyTo(to[length..]);
                length += run.Length;
                held = cr >= 0;
                octets = octets[(run.Length + (held ? 1 : 0))..];
            }
            return length;
        }

        private ReadOnlyMemory<byte> Count(ReadOnlyMemory<byte> octets)
        {
            Size += octets.Length;
            SizeWithCrLf += octets.Length + octets.Span.Count((byte)'\n');
            return octets;
        }
    }
}
