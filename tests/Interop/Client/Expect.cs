using Grpc.Core;
using Grpc.Testing;

namespace KoopmanMesh.Interop.Client;

/// <summary>What the published cases assert.</summary>
internal static class Expect
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InteropFailureException($"{what} is {Show(actual)}; expected {Show(expected)}.");
        }
    }

    /// <summary>A payload of exactly this many bytes, all of them zero.</summary>
    public static void Zeros(int size, Payload? payload)
    {
        var body = payload?.Body
            ?? throw new InteropFailureException($"The payload is missing; expected {size} bytes.");
        Equal(size, body.Length, "The payload's size");
        if (body.Span.ContainsAnyExcept((byte)0))
        {
            throw new InteropFailureException($"A payload of {size} bytes has others than zeros.");
        }
    }

    /// <summary>A call that ends with this status.</summary>
    public static async Task<RpcException> FailsAsync(StatusCode expected, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException exception)
        {
            Equal(expected, exception.StatusCode, $"The status (\"{exception.Status.Detail}\")");
            return exception;
        }

        throw new InteropFailureException($"The call succeeded; expected status {expected}.");
    }

    private static string Show<T>(T value) => value is string text ? $"\"{text}\"" : $"{value}";
}
