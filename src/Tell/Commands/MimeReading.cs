using System.Security.Cryptography;
using Tell.Mail;

namespace Tell.Commands;

/// <summary>A message read to its end: what it says, its parts with their hashes, its problems.</summary>
/// <param name="Message">What it says.</param>
/// <param name="Parts">All parts, in the order in which they begin.</param>
/// <param name="Problems">What was found wrong, at most as many as the limits of the reader allow.</param>
/// <param name="ProblemCount">How many problems there were.</param>
internal sealed record MimeReading(ReadMessage Message, IReadOnlyList<MimeReadPart> Parts, IReadOnlyList<MimeProblem> Problems, int ProblemCount)
{
    /// <summary>Reads the octets of a message.</summary>
    public static MimeReading Of(ReadOnlyMemory<byte> octets)
    {
        var reader = new MessageReader();
        var parts = new List<MimeReadPart>();
        var open = new Dictionary<ReadPart, (int Index, IncrementalHash Hash)>();
        reader.Feed(octets);
        Read();
        reader.Complete();
        Read();
        return new MimeReading(reader.Message, parts, reader.Problems, reader.ProblemCount);

        void Read()
        {
            while (reader.Read())
            {
                var part = reader.Part;
                switch (reader.Token)
                {
                    case MimeToken.Begin:
                        open[part] = (parts.Count, IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
                        parts.Add(new(part, ""));
                        break;
                    case MimeToken.Content:
                        open[part].Hash.AppendData(reader.Octets.Span);
                        break;
                    case MimeToken.End when open.Remove(part, out var ended):
                        parts[ended.Index] = new(part, Convert.ToHexStringLower(ended.Hash.GetHashAndReset()));
                        ended.Hash.Dispose();
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
