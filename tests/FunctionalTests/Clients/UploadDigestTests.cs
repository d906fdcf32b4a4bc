using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Operators;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests.Clients;

/// <summary>An upload that names its content first.</summary>
public sealed class UploadDigestTests(MeshFixture mesh)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_DigestThatIsStored_IsAnsweredBeforeTheContentComes()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        await UploadAsync(digest, content);

        var known = await UploadAsync(digest, null);

        Assert.Equal((digest, 1000), (known.Digest, known.Bytes));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "DIGEST_MISMATCH")]
    [InlineData("../../etc/passwd", "DIGEST_INVALID")]
    public async Task Upload_DigestOfOtherContentOrNone_IsRefused(string digest, string reason)
    {
        var error = await Refusal.OfAsync(UploadAsync(digest, [1, 2, 3]));

        Assert.Equal((reason, "header.digest"), (error.Reason, error.Field));
    }

    /// <summary>Without content the upload stays open until it is answered.</summary>
    private async Task<UploadArtifactResponse> UploadAsync(string digest, byte[]? content)
    {
        using var call = mesh.Runs.UploadArtifact(cancellationToken: Token);
        try
        {
            await call.RequestStream.WriteAsync(
                new UploadArtifactRequest { Header = new ArtifactHeader { Name = "x", Digest = digest } }, Token);
            if (content is not null)
            {
                await call.RequestStream.WriteAsync(
                    new UploadArtifactRequest { Data = ByteString.CopyFrom(content) }, Token);
                await call.RequestStream.CompleteAsync();
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Answered before it had all been sent; the answer says why.
        }

        return await call.ResponseAsync;
    }
}
