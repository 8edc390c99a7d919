using System.Runtime.CompilerServices;

// Tests look at query plans and at the names of files, which are nobody else's business.
[assembly: InternalsVisibleTo("Tell.Tests")]
[assembly: InternalsVisibleTo("Tell.Benchmarks")]
