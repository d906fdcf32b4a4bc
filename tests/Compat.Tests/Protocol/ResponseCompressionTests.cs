using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Compat.Tests.Hosting;
using KoopmanMesh.Playground.V1;
using KoopmanMesh.Wire;

namespace KoopmanMesh.Compat.Tests.Protocol;

/// <summary>The server's choice of encoding, for a call and for a message.</summary>
public sealed class ResponseCompressionTests
{
    private static readonly Metadata AskGzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    [Fact]
    public async Task Call_NothingConfigured_IsNotCompressed()
    {
        await using var server = await new Scripted { OnCount = (responses, _) => WriteAsync(responses) }.ServeAsync();

        var response = await CountAsync(server, accepted: "gzip");

        Assert.Null(response.Headers!["grpc-encoding"]);
        Assert.Equal([0], response.Messages.Select(message => message.Flag));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity,deflate,gzip")]
    [InlineData("identity, gzip")]
    public async Task Call_ServerConfiguredAndClientAccepts_IsCompressed(string accepted)
    {
        await using var server = await new Scripted { OnCount = (responses, _) => WriteAsync(responses) }
            .ServeAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await CountAsync(server, accepted);

        Assert.Equal("gzip", response.Headers!["grpc-encoding"]);
        Assert.Equal([1], response.Messages.Select(message => message.Flag));
        Assert.Equal(1000, Unzip(response.Messages[0].Message).Payload.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity,deflate")]
    public async Task Call_ClientDoesNotAcceptIt_IsSentUncompressed(string? accepted)
    {
        await using var server = await new Scripted
        {
            OnCount = async (responses, context) =>
            {
                await context.WriteResponseHeadersAsync(AskGzip);
                await WriteAsync(responses);
            },
        }.ServeAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await CountAsync(server, accepted);

        Assert.Null(response.Headers!["grpc-encoding"]);
        Assert.Equal([0], response.Messages.Select(message => message.Flag));
    }

    [Fact]
    public async Task Call_ServiceAsksForGzip_IsCompressed()
    {
        await using var server = await new Scripted
        {
            OnCount = async (responses, context) =>
            {
                await context.WriteResponseHeadersAsync(AskGzip);
                await WriteAsync(responses);
            },
        }.ServeAsync();

        var response = await CountAsync(server, accepted: "gzip");

        Assert.Equal("gzip", response.Headers!["grpc-encoding"]);
        Assert.Null(response.Headers["grpc-internal-encoding-request"]);
        Assert.Equal([1], response.Messages.Select(message => message.Flag));
    }

    [Fact]
    public async Task Call_ServiceAsksForIdentity_IsNotCompressed()
    {
        await using var server = await new Scripted
        {
            OnCount = async (responses, context) =>
            {
                await context.WriteResponseHeadersAsync(
                    new Metadata { { "grpc-internal-encoding-request", "identity" } });
                await WriteAsync(responses);
            },
        }.ServeAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await CountAsync(server, accepted: "gzip");

        Assert.Null(response.Headers!["grpc-encoding"]);
        Assert.Equal([0], response.Messages.Select(message => message.Flag));
    }

    [Fact]
    public async Task Call_ServiceAsksForAnUnknownEncoding_TellsTheService()
    {
        Exception? thrown = null;
        await using var server = await new Scripted
        {
            OnCount = async (_, context) => thrown = await Record.ExceptionAsync(() =>
                context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "zstd" } })),
        }.ServeAsync();

        await CountAsync(server, accepted: "gzip");

        Assert.Contains("\"zstd\"", Assert.IsType<InvalidOperationException>(thrown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_SwitchedOff_IsNotCompressedAmongOthersThatAre()
    {
        await using var server = await new Scripted
        {
            OnCount = async (responses, _) =>
            {
                await WriteAsync(responses);
                responses.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                await WriteAsync(responses);
                responses.WriteOptions = null;
                await WriteAsync(responses);
            },
        }.ServeAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await CountAsync(server, accepted: "gzip");

        Assert.Equal([1, 0, 1], response.Messages.Select(message => message.Flag));
    }

    [Fact]
    public async Task Unary_SwitchedOffOnTheContext_IsNotCompressed()
    {
        await using var server = await new Scripted
        {
            OnSay = (_, context) =>
            {
                context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                return Task.FromResult(new SayResponse { Payload = ByteString.CopyFrom(new byte[1000]) });
            },
        }.ServeAsync(options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await RawCalls.SayAsync(
            server.Address, HeaderList.Call(RawCalls.Say).With("grpc-accept-encoding", "gzip"));

        Assert.Equal("gzip", response.Headers!["grpc-encoding"]);
        Assert.Equal([0], response.Messages.Select(message => message.Flag));
    }

    private static async Task<RawResponse> CountAsync(TestServer server, string? accepted)
    {
        await using var connection = await RawCalls.DialAsync(server.Address);
        var headers = HeaderList.Call(RawCalls.Count);
        return await connection.ExchangeAsync(
            accepted is null ? headers : headers.With("grpc-accept-encoding", accepted), RawCalls.EmptyMessage);
    }

    private static Task WriteAsync(IServerStreamWriter<CountResponse> responses) =>
        responses.WriteAsync(new CountResponse { Payload = ByteString.CopyFrom(new byte[1000]) });

    private static CountResponse Unzip(byte[] message)
    {
        using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
        return CountResponse.Parser.ParseFrom(gzip);
    }
}
