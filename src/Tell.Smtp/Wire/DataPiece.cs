namespace Tell.Smtp.Wire;

/// <summary>One step of <see cref="DataDecoder"/>: the content is a CR LF if <paramref name="Newline"/>, then a slice of the input.</summary>
/// <param name="Newline">True where a CR LF comes before the slice.</param>
/// <param name="Start">Where in the input the slice starts.</param>
/// <param name="Length">How long it is; may be 0.</param>
/// <param name="Consumed">How many octets of the input have been dealt with.</param>
public readonly record struct DataPiece(bool Newline, int Start, int Length, int Consumed);
