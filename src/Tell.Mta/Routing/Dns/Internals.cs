[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Tell.Tests")]
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Tell.Benchmarks")]
