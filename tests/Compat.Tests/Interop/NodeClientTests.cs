using System.Text.Json;
using KoopmanMesh.Compat.Tests.Hosting;

namespace KoopmanMesh.Compat.Tests.Interop;

/// <summary>The official Node client against this server.</summary>
public sealed class NodeClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_OfficialClient_GetsTheRightAnswers()
    {
        await using var server = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        await using var peer = NodePeer.Start("client.cjs", new Uri(server.Address).Authority);

        using var seen = JsonDocument.Parse(await peer.ReadToEndAsync(Token));
        var root = seen.RootElement;

        AssertUnary(root.GetProperty("unary"));
        AssertError(root.GetProperty("error").GetProperty("error"), 9, "100 % größer 雪");
        Assert.Equal(50_000, root.GetProperty("gzip").GetInt32());
        Assert.Equal(4, root.GetProperty("deadline").GetInt32());
        Assert.Equal(50, root.GetProperty("collect").GetProperty("messages").GetInt32());
        Assert.Equal(5_000_000, root.GetProperty("collect").GetProperty("bytes").GetInt32());
        Assert.Equal("[0,1,2,3,4]", root.GetProperty("count").GetProperty("numbers").GetRawText());
        Assert.Equal(500_000, root.GetProperty("count").GetProperty("bytes").GetInt32());
        Assert.Equal("[0,1]", root.GetProperty("countError").GetProperty("numbers").GetRawText());
        AssertError(root.GetProperty("countError").GetProperty("error"), 14, "gone");
        Assert.Equal("""["one","two","three","bye"]""", root.GetProperty("chat").GetRawText());
        Assert.Equal(1, root.GetProperty("cancel").GetInt32());
        await server.State.Cancelled.Task.WaitAsync(Token);
    }

    private static void AssertUnary(JsonElement unary)
    {
        Assert.Equal(JsonValueKind.Null, unary.GetProperty("error").ValueKind);
        Assert.Equal("grüße", unary.GetProperty("payload").GetString());
        Assert.Equal("some text", unary.GetProperty("headerText").GetString());
        Assert.Equal("0001feff", unary.GetProperty("headerBytes").GetString());
        Assert.Equal("trailing text", unary.GetProperty("trailerText").GetString());
        Assert.Equal("090807", unary.GetProperty("trailerBytes").GetString());
    }

    private static void AssertError(JsonElement error, int code, string details)
    {
        Assert.Equal(details, error.GetProperty("details").GetString());
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        Assert.Equal("0102ff", error.GetProperty("why").GetString());
    }
}
