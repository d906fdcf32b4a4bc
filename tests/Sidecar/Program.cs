using KoopmanMesh.Sidecar;

try
{
    await SidecarHost.Build(SidecarArguments.Parse(args)).RunAsync();
    return 0;
}
catch (Exception x) when (x is FormatException or IOException)
{
    await Console.Error.WriteLineAsync(x.Message);
    return 2;
}
