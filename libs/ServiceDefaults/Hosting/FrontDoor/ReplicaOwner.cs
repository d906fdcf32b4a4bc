using System.Buffers.Binary;
using Google.Protobuf;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.ServiceDefaults.Hosting.FrontDoor;

/// <summary>
/// The replica that keeps the trainings. They lie on the volume of all, but one process at a time owns them: the first
/// that was asked, until it ends. Any other says so, so whoever lists them is the one.
/// </summary>
internal sealed class ReplicaOwner(ReplicaSet replicas)
{
    private const string Ok = "0";
    private const int PrefixBytes = 5;
    private static readonly string _path = $"/{TrainingService.Descriptor.FullName}/ListTrainings";
    private static readonly byte[] _question = Framed(new ListTrainingsRequest { Limit = 1 });

    private volatile Uri? _known;

    /// <summary>Looks for it anew at the next call.</summary>
    public void Forget() => _known = null;

    /// <summary>Its address; null where there is no choice, or none says that it is the one.</summary>
    public async Task<Uri?> FindAsync(CancellationToken ct)
    {
        if (_known is { } known)
        {
            return known;
        }

        var all = await replicas.AllAsync(ct).ConfigureAwait(false);
        if (all.Count < 2)
        {
            return null;
        }

        // In the same order at every door, so that the first call of all makes the same one the owner.
        foreach (var replica in all.OrderBy(static r => r.AbsoluteUri, StringComparer.Ordinal))
        {
            if (await KeepsThemAsync(replica, ct).ConfigureAwait(false))
            {
                _known = replica;
                return replica;
            }
        }

        return null;
    }

    private async Task<bool> KeepsThemAsync(Uri replica, CancellationToken ct)
    {
        using var question = new HttpRequestMessage
        {
            Method = HttpMethod.Post,
            Content = new ByteArrayContent(_question),
        };
        question.Content.Headers.ContentType = new(GrpcRefusal.ContentType);
        question.Headers.TryAddWithoutValidation("te", "trailers");
        try
        {
            using var answer = await replicas.SendAsync(question, _path, replica, ct).ConfigureAwait(false);
            await answer.Content.CopyToAsync(Stream.Null, ct).ConfigureAwait(false);
            return ForwardedResponse.StatusOf(answer) == Ok;
        }
        catch (Exception e) when (e is ReplicasUnreachableException or HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static byte[] Framed(ListTrainingsRequest message)
    {
        var framed = new byte[PrefixBytes + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), framed.Length - PrefixBytes);
        message.WriteTo(framed.AsSpan(PrefixBytes));
        return framed;
    }
}
