namespace KoopmanMesh.Contracts.Tests;

/// <summary>
/// The contract keeps buf's rules and breaks nothing that was released (eng/release-contract.sh), and the guard bites.
/// </summary>
public sealed class GuardTests : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("koopmanmesh-protos-");

    public void Dispose() => _copy.Delete(recursive: true);

    [Fact]
    public async Task Lint_TheProtos_Pass()
    {
        var (exitCode, said) = await Buf.RunAsync(Buf.Protos, "lint");

        Assert.Equal("", said);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Breaking_TheProtos_KeepTheReleasedContract() => Assert.Equal("", await BreakingAsync(Buf.Protos));

    [Theory]
    [InlineData("string name = 1;", "string name = 9;", "field \"1\" with name \"name\" on message")]
    [InlineData("int64 byte_length", "int32 byte_length", "changed type from \"int64\" to \"int32\"")]
    [InlineData("TYPE_UINT8 = 4;", "TYPE_INT8 = 4;", "from \"ELEMENT_TYPE_UINT8\" to \"ELEMENT_TYPE_INT8\"")]
    public async Task Breaking_ABreakingChange_IsRefused(string field, string changed, string sentence)
    {
        var said = await BreakingAsync(ChangedTensor(field, changed));

        Assert.Contains(sentence, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breaking_AnAddedField_IsAllowed()
    {
        var said = await BreakingAsync(ChangedTensor(
            "int64 byte_length = 4;", "int64 byte_length = 4; string unit = 5;"));

        Assert.Equal("", said);
    }

    private static async Task<string> BreakingAsync(string protos)
    {
        var (exitCode, said) = await Buf.RunAsync(protos, "breaking", "--against", Buf.Released);
        Assert.Equal(exitCode == 0, said.Length == 0);
        return said;
    }

    /// <summary>A copy of the protos with one line of tensor.proto changed.</summary>
    private string ChangedTensor(string line, string changed)
    {
        foreach (var file in Directory.EnumerateFiles(Buf.Protos, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_copy.FullName, Path.GetRelativePath(Buf.Protos, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var tensor = Path.Combine(_copy.FullName, "koopmanmesh", "tensor", "v1", "tensor.proto");
        var text = File.ReadAllText(tensor);
        Assert.Contains(line, text, StringComparison.Ordinal);
        File.WriteAllText(tensor, text.Replace(line, changed, StringComparison.Ordinal));
        return _copy.FullName;
    }
}
