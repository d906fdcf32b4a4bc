using KoopmanMesh.Interop.Tests.Hosting;

namespace KoopmanMesh.Interop.Tests;

/// <summary>docs/interop.md lists what these tests run.</summary>
public sealed class TableTests
{
    [Fact]
    public async Task Document_TableOfCases_IsTheOneThatIsTested()
    {
        var document = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "interop.md"), TestContext.Current.CancellationToken);

        Assert.Contains(Matrix.Render(), document, StringComparison.Ordinal);
    }
}
