using System.Net;

namespace Tell.Mta.Web;

/// <summary>An answer over HTTPS.</summary>
/// <param name="Status">The status.</param>
/// <param name="MediaType">The media type without parameters; "" for none.</param>
/// <param name="Content">The content.</param>
public sealed record WebAnswer(HttpStatusCode Status, string MediaType, ReadOnlyMemory<byte> Content);
