using Tell.Mta.Configuration;

Console.Out.Write(SampleFile.Text);
return 0;
