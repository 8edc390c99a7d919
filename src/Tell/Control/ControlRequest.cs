using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tell.Control;

/// <summary>
/// What a client asks, in its first line: <c>{"version":1,"words":["show","tasks"],"inputs":[{"name":"-","size":12}]}</c>. The octets
/// of the inputs follow the line, one after the other.
/// </summary>
internal sealed record ControlRequest(int Version, IReadOnlyList<string> Words, IReadOnlyList<ControlInput> Inputs)
{
    /// <summary>The version that this program speaks.</summary>
    public const int Current = 1;

    /// <summary>The largest first line, in octets.</summary>
    public const int MostOctets = 64 * 1024;

    /// <summary>The line, with its end.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ControlJson.Default.ControlRequest), (byte)'\n'];

    /// <summary>Reads the line; null where it is none of ours.</summary>
    public static ControlRequest? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest) is { Words: not null, Inputs: not null } request
                && request.Words.All(word => word is not null)
                && request.Inputs.All(input => input is { Name: not null, Size: >= 0 })
                ? request
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The JSON of <see cref="ControlRequest"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ControlRequest))]
internal sealed partial class ControlJson : JsonSerializerContext;
