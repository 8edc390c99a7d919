using System.Globalization;

namespace Tell.Commands;

/// <summary>Writes a number with its noun.</summary>
internal static class Count
{
    /// <summary>"1 message", "2 messages".</summary>
    public static string Of(int number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");
}
