using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Protocol;

/// <summary>Custom-Metadata of gRPC over HTTP/2, as the server takes and gives it.</summary>
public sealed class CustomMetadataTests
{
    [Fact]
    public async Task Text_EmptyAndSeveralOfAKey_AreEchoedInOrder()
    {
        await using var server = await EchoServerAsync();

        var response = await RawCalls.SayAsync(server.Address, Call(("a", ""), ("b", "two"), ("b", "one"), ("b", "")));

        Assert.Equal([""], response.Trailers!.All("a"));
        Assert.Equal(["two", "one", ""], response.Trailers!.All("b"));
    }

    [Theory]
    [InlineData("AAECAw==", "AAECAw")]
    [InlineData("AAECAw", "AAECAw")]
    [InlineData("", "")]
    [InlineData("/+8=", "/+8")]
    public async Task Bytes_PaddedOrNot_AreReadAndSentUnpadded(string sent, string echoed)
    {
        await using var server = await EchoServerAsync();

        var response = await RawCalls.SayAsync(server.Address, Call(("a-bin", sent)));

        Assert.Equal([echoed], response.Trailers!.All("a-bin"));
    }

    [Theory]
    [InlineData("=")]
    [InlineData("A")]
    [InlineData("AA-_")]
    [InlineData("AAEC!")]
    public async Task Bytes_NotBase64_AreInternal(string sent)
    {
        await using var server = await EchoServerAsync();

        var response = await RawCalls.SayAsync(server.Address, Call(("a-bin", sent)));

        Assert.Equal(13, response.Status);
        Assert.Contains("\"a-bin\" holds", response.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tab\tin it")]
    [InlineData("gr\u00c3\u00b6\u00c3\u009fer")]
    public async Task Text_OfHttpButNotOfGrpc_FailsNothingAndIsLeftOut(string sent)
    {
        await using var server = await EchoServerAsync();

        var response = await RawCalls.SayAsync(server.Address, Call(("a", sent), ("b", "kept")));

        Assert.Equal(0, response.Status);
        Assert.Empty(response.Trailers!.All("a"));
        Assert.Equal("kept", response.Trailers["b"]);
    }

    [Fact]
    public async Task Name_OfHttpButNotOfGrpc_FailsNothingAndIsLeftOut()
    {
        await using var server = await EchoServerAsync();

        var response = await RawCalls.SayAsync(server.Address, Call(("a!b", "1"), ("a.b", "2")));

        Assert.Equal(0, response.Status);
        Assert.Equal("2", response.Trailers!["a.b"]);
    }

    [Fact]
    public async Task ProtocolsOwnHeaders_AreNoMetadata()
    {
        var seen = new TaskCompletionSource<string[]>();
        await using var server = await new Scripted
        {
            OnSay = (_, context) =>
            {
                seen.SetResult([.. context.RequestHeaders.Select(entry => entry.Key)]);
                return Task.FromResult(new SayResponse());
            },
        }.ServeAsync();
        var headers = Call(
            ("grpc-timeout", "1M"),
            ("grpc-encoding", "identity"),
            ("grpc-accept-encoding", "gzip"),
            ("grpc-message-type", "some.Type"),
            ("grpc-previous-rpc-attempts", "1"),
            ("user-agent", "grpc-python/1.51"));

        await RawCalls.SayAsync(server.Address, headers);

        Assert.Equal(["grpc-previous-rpc-attempts", "user-agent"], (await seen.Task).Order());
    }

    [Theory]
    [InlineData("grpc-status", "7")]
    [InlineData("content-type", "text/plain")]
    [InlineData("grpc-encoding", "zstd")]
    public async Task ProtocolsOwnHeaders_CannotBeSetByAService(string name, string value)
    {
        await using var server = await new Scripted
        {
            OnSay = async (_, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { name, value } });
                context.ResponseTrailers.Add(name, value);
                return new SayResponse();
            },
        }.ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.DoesNotContain(value, response.Headers!.All(name));
        Assert.DoesNotContain(value, response.Trailers!.All(name));
        Assert.Equal(0, response.Status);
    }

    [Fact]
    public async Task Trailers_LargerThanAFrame_ArriveWhole()
    {
        var large = new string('x', 10_000);
        await using var server = await new Scripted
        {
            OnSay = (_, context) =>
            {
                for (var i = 0; i < 10; i++)
                {
                    context.ResponseTrailers.Add("large", large);
                }

                return Task.FromResult(new SayResponse());
            },
        }.ServeAsync();

        var response = await RawCalls.SayAsync(server.Address, HeaderList.Call(RawCalls.Say));

        Assert.Equal(Enumerable.Repeat(large, 10), response.Trailers!.All("large"));
        Assert.Equal(0, response.Status);
    }

    private static HeaderList Call(params (string Name, string Value)[] metadata)
    {
        var headers = HeaderList.Call(RawCalls.Say);
        headers.AddRange(metadata);
        return headers;
    }

    /// <summary>Sends the client's metadata back behind the response, as the application was given it.</summary>
    private static Task<TestServer> EchoServerAsync() => new Scripted
    {
        OnSay = (_, context) =>
        {
            foreach (var entry in context.RequestHeaders)
            {
                context.ResponseTrailers.Add(entry);
            }

            return Task.FromResult(new SayResponse());
        },
    }.ServeAsync();
}
