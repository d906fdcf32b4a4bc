using System.Text.Json;
using KoopmanMesh.FunctionalTests.Hosting;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>A client of another make, from the protos alone, can fit and predict.</summary>
public sealed class NodeOperatorTests(MeshFixture mesh)
{
    [Fact]
    public async Task FitAndPredict_OfficialNodeClient_GetsTheClosedForm()
    {
        using var seen = JsonDocument.Parse(await NodePeer.RunAsync("operator.mjs", mesh.Address.Authority));

        var values = seen.RootElement.GetProperty("eigenvalues").EnumerateArray()
            .Select(v => Math.Round(v[0].GetDouble(), 9));
        Assert.Equal([0.9, 0.5], values);
        var states = seen.RootElement.GetProperty("states").EnumerateArray().Select(v => Math.Round(v.GetDouble(), 9));
        Assert.Equal([1.3, 1, 1.37, 0.5], states);
    }
}
