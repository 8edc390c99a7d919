using System.Net;

namespace Tell.Mta.Routing;

/// <summary>A host to try.</summary>
/// <param name="Name">Its name, for the history.</param>
/// <param name="Endpoint">Its address and port.</param>
public readonly record struct MailHost(string Name, IPEndPoint Endpoint);
