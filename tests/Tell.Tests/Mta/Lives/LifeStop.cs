namespace Tell.Tests.Mta.Lives;

/// <summary>A document that stopped: Dead, Held, or removed by an operator.</summary>
/// <param name="Token">The message.</param>
/// <param name="Ways">How it came to whom it is for.</param>
/// <param name="Where">Where it stands and why, in words.</param>
/// <param name="Certain">False where it may not have stopped, or not for all of them.</param>
/// <param name="Filed">Those whom it was filed for before.</param>
internal sealed record LifeStop(string Token, IReadOnlyList<LifeWay> Ways, string Where, bool Certain, IReadOnlyList<string> Filed);
