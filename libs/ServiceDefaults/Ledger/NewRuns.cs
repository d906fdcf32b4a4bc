using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.ServiceDefaults.Ledger;

/// <summary>How a run begins, wherever it is kept.</summary>
internal static class NewRuns
{
    private const int MaxKey = 128;

    internal static void Check(NewRun run)
    {
        if (run.IdempotencyKey.Length > MaxKey)
        {
            throw new InvalidRequestException(
                "IDEMPOTENCY_KEY_INVALID",
                $"the idempotency key has {run.IdempotencyKey.Length} characters, allowed are {MaxKey}",
                "idempotency_key");
        }
    }

    /// <summary>Tells a repeated request from another one under the same key.</summary>
    internal static string HashOf(NewRun run) => Convert.ToHexStringLower(SHA256.HashData(run.Spec.ToByteArray()));

    /// <summary>The key as a database compares it; null for none.</summary>
    internal static byte[]? KeyBytes(string key) => key.Length == 0 ? null : Encoding.UTF8.GetBytes(key);

    internal static RunRecord Record(NewRun run, string runId, string hash, DateTimeOffset now) => new()
    {
        RunId = runId,
        Spec = run.Spec.Clone(),
        IdempotencyKey = run.IdempotencyKey,
        RequestHash = hash,
        TraceId = run.TraceId,
        TraceParent = run.TraceParent,
        Plan = run.Plan,
        CreatedAt = now,
        UpdatedAt = now,
    };

    /// <summary>The run that a key stands for, if it is of the same request.</summary>
    internal static RunRecord Same(RunRecord run, string hash) => run.RequestHash == hash
        ? run
        : throw new ConflictException(
            "IDEMPOTENCY_KEY_REUSED",
            "idempotency_key",
            run.IdempotencyKey,
            $"the idempotency key '{run.IdempotencyKey}' belongs to run '{run.RunId}' of another request; " +
            "use a new key");

    internal static ResourceNotFoundException NotFound(string runId) =>
        new("RUN_NOT_FOUND", "run", runId, $"there is no run '{runId}'");
}
