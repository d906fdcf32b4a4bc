using Grpc.Core;
using KoopmanMesh.Mesh.Tests.Harness;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Mesh.Tests;

/// <summary>Artifacts that change on disk, and a volume that fills up.</summary>
public sealed class StorageFaultTests(SharedMesh shared)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Data_CorruptBeforeARun_IsRefusedInOneSentence_AndWellOnceStoredAgain()
    {
        var (undisturbed, mesh) = (await shared.UndisturbedAsync(), await shared.ReadyAsync());
        var spec = await shared.SpecAsync();
        Damage(mesh, spec.Data.Digest);

        var refused = await Assert.ThrowsAsync<RpcException>(() => mesh.Api.SubmitAsync(spec, "", Ct));

        IsCorrupt(RpcErrors.Describe(refused).Reason, refused.Status.Detail, spec);
        var again = await FinishedRun.RunAsync(mesh, await shared.SpecAsync(), disturb: null, Ct);
        again.IsAs(undisturbed, SharedMesh.Job, "a run after its data was stored again");
        Tidy(mesh);
    }

    [Fact]
    public async Task Data_CorruptDuringARun_FailsItInOneSentence()
    {
        var mesh = await shared.ReadyAsync();
        var spec = await Job.Small(rows: 30_000, shardRows: 500).UploadAsync(mesh.Api, Ct);
        var run = await mesh.Api.SubmitAsync(spec, "", Ct);
        Damage(mesh, spec.Data.Digest);

        var status = await mesh.Api.EndAsync(run, Ct);

        Assert.Equal(RunState.Failed, status.State);
        IsCorrupt(status.ErrorReason, status.Error, spec);
        Tidy(mesh);
    }

    [Fact]
    public async Task Volume_Full_FailsTheRunInOneSentence_AndWorksAgainWithMoreRoom()
    {
        var undisturbed = await shared.UndisturbedAsync();
        using var volume = SmallVolume.Mount(megabytes: 2);
        Assert.SkipWhen(volume is null, "a small volume can be mounted by root only");
        await using var mesh = await RunningMesh.StartAsync(
            new MeshShape { Capture = 1, Koopman = 1, State = Path.Combine(volume.Path, "state") }, Ct);
        var spec = await SharedMesh.Job.UploadAsync(mesh.Api, Ct);
        volume.Fill(leave: 64 << 10);

        var run = await mesh.Api.SubmitAsync(spec, "", Ct);
        var status = await mesh.Api.EndAsync(run, Ct);

        Assert.Equal((RunState.Failed, "STORAGE_FULL"), (status.State, status.ErrorReason));
        Assert.DoesNotContain('\n', status.Error);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(mesh.State, "artifacts", "tmp")));

        volume.Grow(megabytes: 64);
        var again = await FinishedRun.RunAsync(mesh, spec, disturb: null, Ct);
        again.IsAs(undisturbed, SharedMesh.Job, "a run after the volume has grown");
        Assert.All(mesh.Processes.Values, p => Assert.Equal(1, p.Lives));
    }

    private static void IsCorrupt(string reason, string sentence, RunSpec spec)
    {
        Assert.Equal("ARTIFACT_CORRUPT", reason);
        Assert.Contains(spec.Data.Digest, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    // The other tests find the mesh as it was.
    private static void Tidy(RunningMesh mesh) =>
        Directory.Delete(Path.Combine(mesh.State, "artifacts", "quarantine"), recursive: true);

    private static void Damage(RunningMesh mesh, string digest)
    {
        var path = Path.Combine(mesh.State, "artifacts", digest[..2], digest[2..]);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;

        // In place of the file, so that whoever has verified and opened it reads on undisturbed.
        var damaged = path + ".damaged";
        File.WriteAllBytes(damaged, bytes);
        File.Move(damaged, path, overwrite: true);
    }
}
