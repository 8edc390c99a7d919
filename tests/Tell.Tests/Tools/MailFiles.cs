using Microsoft.Extensions.Logging.Abstractions;
using Tell.Documents;
using Tell.Documents.Sqlite;

namespace Tell.Tests.Tools;

/// <summary>
/// The mail files of a Tell that has stopped, read with Tell's own store: the one instrument here that is not independent, because
/// nothing else knows that format.
/// </summary>
public static class MailFiles
{
    /// <summary>The contents of all documents of each mail file, by the name of the file.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<byte[]>>> ReadAsync(string data)
    {
        var files = new Dictionary<string, IReadOnlyList<byte[]>>();
        await using var directory = await SqliteDataDirectory.OpenAsync(
            data, TimeProvider.System, new Random(1), NullLogger.Instance, CancellationToken.None);
        foreach (var name in directory.List("mail/"))
        {
            var file = await directory.OpenAsync(name, CancellationToken.None);
            var contents = new List<byte[]>();
            foreach (var document in await file.ViewAsync(null, null, 1_000, CancellationToken.None))
            {
                contents.Add(document.Content is null ? [] : await ReadAsync(file, document.Content));
            }
            files[name] = contents;
        }
        return files;
    }

    private static async Task<byte[]> ReadAsync(IDatabase file, Content content)
    {
        var octets = new MemoryStream();
        await foreach (var piece in file.ReadContentAsync(content, CancellationToken.None))
        {
            octets.Write(piece.Span);
        }
        return octets.ToArray();
    }
}
