using Grpc.Core;

namespace KoopmanMesh.ServiceDefaults.Tests.Hosting.FrontDoor;

/// <summary>OperatorService and TrainingService with bytes for messages, doing what a test wants.</summary>
[BindServiceMethod(typeof(RawOperators), nameof(Bind))]
internal sealed class RawOperators(RawOperators.Script script)
{
    private static readonly Marshaller<byte[]> _raw = new(static bytes => bytes, static bytes => bytes);

    public static Method<byte[], byte[]> Unary { get; } = Of(MethodType.Unary, "ListMethods");

    public static Method<byte[], byte[]> Up { get; } = Of(MethodType.ClientStreaming, "Fit");

    public static Method<byte[], byte[]> Down { get; } = Of(MethodType.ServerStreaming, "GetOperator");

    public static Method<byte[], byte[]> Both { get; } = Of(MethodType.DuplexStreaming, "Predict");

    public static void Bind(ServiceBinderBase binder, RawOperators? service)
    {
        binder.AddMethod(Unary, service is null ? null : service.ListMethods);
        binder.AddMethod(Up, service is null ? null : service.Fit);
        binder.AddMethod(Down, service is null ? null : service.GetOperator);
        binder.AddMethod(Both, service is null ? null : service.Predict);
    }

    private static Method<byte[], byte[]> Of(MethodType type, string name) =>
        new(type, "koopmanmesh.operator.v1.OperatorService", name, _raw, _raw);

    public Task<byte[]> ListMethods(byte[] request, ServerCallContext context) => script.OnUnary(request, context);

    public Task<byte[]> Fit(IAsyncStreamReader<byte[]> requests, ServerCallContext context) =>
        script.OnUp(requests, context);

    public Task GetOperator(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context) =>
        script.OnDown(request, responses, context);

    public Task Predict(
        IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context) =>
        script.OnBoth(requests, responses, context);

    /// <summary>What the methods do; each gives back what it gets unless told otherwise.</summary>
    internal sealed class Script
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public Func<byte[], ServerCallContext, Task<byte[]>> Unary { get; init; } =
            static (request, _) => Task.FromResult(request);

        public Func<IAsyncStreamReader<byte[]>, ServerCallContext, Task<byte[]>> Up { get; init; } =
            static async (requests, context) =>
            {
                List<byte> all = [];
                await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
                {
                    all.AddRange(request);
                }

                return [.. all];
            };

        public Func<byte[], IServerStreamWriter<byte[]>, ServerCallContext, Task> Down { get; init; } =
            static async (request, responses, context) =>
            {
                foreach (var value in request)
                {
                    await responses.WriteAsync([value], context.CancellationToken);
                }
            };

        public Func<IAsyncStreamReader<byte[]>, IServerStreamWriter<byte[]>, ServerCallContext, Task> Both
        {
            get;
            init;
        } = static async (requests, responses, context) =>
        {
            await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            {
                await responses.WriteAsync(request, context.CancellationToken);
            }
        };

        internal Task<byte[]> OnUnary(byte[] request, ServerCallContext context)
        {
            Interlocked.Increment(ref _calls);
            return Unary(request, context);
        }

        internal Task<byte[]> OnUp(IAsyncStreamReader<byte[]> requests, ServerCallContext context) =>
            Up(requests, context);

        internal Task OnDown(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context) =>
            Down(request, responses, context);

        internal Task OnBoth(
            IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context) =>
            Both(requests, responses, context);
    }
}
