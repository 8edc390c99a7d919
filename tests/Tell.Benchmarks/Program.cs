using Tell.Benchmarks.Documents;

// Long runs of whole lives are named by a switch; everything else goes to BenchmarkDotNet.
if (args is ["documents-life", .. var rest])
    return await DocumentsLife.RunAsync(rest);
BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(DocumentsLife).Assembly).Run(args);
return 0;
