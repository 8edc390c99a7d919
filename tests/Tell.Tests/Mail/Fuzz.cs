using System.Text;

namespace Tell.Tests.Mail;

/// <summary>Seeded hostile input: the same seed gives the same texts.</summary>
internal static class Fuzz
{
    /// <summary>Texts of an alphabet, mixed with characters that break parsers.</summary>
    public static IEnumerable<string> Texts(int seed, int count, string alphabet, int maxLength)
    {
        const string breakers = "\r\n\0\t \"\\@<>()[]:;.,=?+\u0085\u2028\ud800\udc00é漢\ufeff";
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Clear();
            var hostile = random.Next(3) == 0;
            for (var length = random.Next(maxLength); length > 0; length--)
                text.Append(hostile && random.Next(8) == 0 ? breakers[random.Next(breakers.Length)] : alphabet[random.Next(alphabet.Length)]);
            yield return text.ToString();
        }
    }

    /// <summary>Octets of an alphabet, mixed with any others.</summary>
    public static IEnumerable<byte[]> Octets(int seed, int count, string alphabet, int maxLength)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var octets = new byte[random.Next(maxLength)];
            for (var j = 0; j < octets.Length; j++)
                octets[j] = (byte)(random.Next(16) == 0 ? random.Next(256) : alphabet[random.Next(alphabet.Length)]);
            yield return octets;
        }
    }

    /// <summary>
    /// True if the work grows no faster than its input. Sixteen times the input costs a quadratic walk 256 times the time; 64 leaves
    /// room for a busy machine, and so do many tries, of which the fastest count: noise only ever adds time.
    /// </summary>
    public static bool IsLinear(Func<int, Action> workOfSize, int size = 4096)
    {
        var (small, large) = (workOfSize(size), workOfSize(size * 16));
        var (fastestSmall, fastestLarge) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < 30; i++)
        {
            fastestSmall = Faster(fastestSmall, small);
            fastestLarge = Faster(fastestLarge, large);
            if (i > 0 && fastestLarge.Ticks < Math.Max(fastestSmall.Ticks, 500) * 64)
                return true;
        }
        return false;
    }

    private static TimeSpan Faster(TimeSpan best, Action work)
    {
        var start = TimeProvider.System.GetTimestamp();
        work();
        var took = TimeProvider.System.GetElapsedTime(start);
        return took < best ? took : best;
    }
}
