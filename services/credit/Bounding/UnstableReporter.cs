using Grpc.Core;
using KoopmanMesh.Credit.Bounding.Sound;
using KoopmanMesh.Credit.V1;

namespace KoopmanMesh.Credit.Bounding;

/// <summary>Counts the ReLUs of one network that a box does not settle.</summary>
internal sealed class UnstableReporter(NetworkFiles networks, SoundBounder sound, BoundGate gate)
{
    public async Task<CountUnstableResponse> CountAsync(
        IAsyncStreamReader<CountUnstableRequest> stream, CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        var model = await BoundHeaders.ReadAsync(stream, m => m.Model, "a count", cancellationToken);
        var network = await networks.LoadAsync(model, "model", cancellationToken);
        var intake = new BoxIntake();
        while (await stream.MoveNext(cancellationToken))
        {
            if (stream.Current.PartCase != CountUnstableRequest.PartOneofCase.Tensor)
            {
                throw BoundHeaders.PartInvalid("tensors", stream.Current.PartCase);
            }

            intake.Add(stream.Current.Tensor);
        }

        var box = intake.Require(network);
        var count = await gate.RunAsync(() => sound.CountUnstable(network, box, cancellationToken), cancellationToken);
        return new CountUnstableResponse
        {
            Refusal = count.Refusal,
            Unstable = count.Unstable,
            Relus = count.All,
            UnstableByLayer = { count.UnstableByLayer },
        };
    }
}
