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
    /// <summary>The files of the message itself, those of enclosed messages left out.</summary>
    public IEnumerable<MimeReadPart> Files => Parts.Where(read => read.Part is { IsFile: true, Within: null });

    /// <summary>Reads the octets of a message.</summary>
    public static MimeReading Of(ReadOnlyMemory<byte> octets)
    {
        var reading = new Reader();
        reading.Take(octets);
        return reading.Finish();
    }

    /// <summary>Reads a message as it comes; what it keeps is bounded.</summary>
    public sealed class Reader
    {
        private readonly MessageReader _reader = new();
        private readonly List<MimeReadPart> _parts = [];
        private readonly Dictionary<ReadPart, (int Index, IncrementalHash Hash)> _open = [];

        /// <summary>The next octets.</summary>
        public void Take(ReadOnlyMemory<byte> octets)
        {
            _reader.Feed(octets);
            Read();
        }

        /// <summary>There are no more.</summary>
        public MimeReading Finish()
        {
            _reader.Complete();
            Read();
            return new MimeReading(_reader.Message, _parts, _reader.Problems, _reader.ProblemCount);
        }

        private void Read()
        {
            while (_reader.Read())
            {
                var part = _reader.Part;
                switch (_reader.Token)
                {
                    case MimeToken.Begin:
                        _open[part] = (_parts.Count, IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
                        _parts.Add(new(part, ""));
                        break;
                    case MimeToken.Content:
                        _open[part].Hash.AppendData(_reader.Octets.Span);
                        break;
                    case MimeToken.End when _open.Remove(part, out var ended):
                        _parts[ended.Index] = new(part, Convert.ToHexStringLower(ended.Hash.GetHashAndReset()));
                        ended.Hash.Dispose();
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
