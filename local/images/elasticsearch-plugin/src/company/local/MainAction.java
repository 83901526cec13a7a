package company.local;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionRequestValidationException;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.TransportAction;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.util.concurrent.EsExecutors;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.action.RestToXContentListener;
import org.elasticsearch.tasks.Task;
import org.elasticsearch.transport.TransportService;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;

/** {@code GET /}: who is this server? Clients ask it before anything else, and security knows it by its usual name. */
final class MainAction {
  static final ActionType<Answer> TYPE = new ActionType<>("cluster:monitor/main");

  static final class Question extends ActionRequest {
    @Override
    public ActionRequestValidationException validate() {
      return null;
    }
  }

  static final class Answer extends ActionResponse implements ToXContentObject {
    private final String node;
    private final String cluster;
    private final String uuid;

    Answer(String node, String cluster, String uuid) {
      this.node = node;
      this.cluster = cluster;
      this.uuid = uuid;
    }

    @Override
    public void writeTo(StreamOutput out) {
      TransportAction.localOnly();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder json, Params params) throws IOException {
      json.startObject().field("name", node).field("cluster_name", cluster).field("cluster_uuid", uuid);
      json.startObject("version");
      json.field("number", Build.current().qualifiedVersion()).field("build_flavor", "default");
      json.field("lucene_version", org.apache.lucene.util.Version.LATEST.toString());
      return json.endObject().field("tagline", "You Know, for Search").endObject();
    }
  }

  /** Answers on the node that was asked. */
  public static final class Transport extends TransportAction<Question, Answer> {
    private final ClusterService cluster;

    @Inject
    public Transport(TransportService transport, ActionFilters filters, ClusterService cluster) {
      super(TYPE.name(), filters, transport.getTaskManager(), EsExecutors.DIRECT_EXECUTOR_SERVICE);
      this.cluster = cluster;
    }

    @Override
    protected void doExecute(Task task, Question question, ActionListener<Answer> listener) {
      // `_na_` until the node has joined its cluster, as the official server says.
      String uuid = cluster.state().metadata().clusterUUID();
      listener.onResponse(new Answer(cluster.getNodeName(), cluster.getClusterName().value(), uuid));
    }
  }

  static final class Rest extends BaseRestHandler {
    @Override
    public String getName() {
      return "local_main";
    }

    @Override
    public List<Route> routes() {
      return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
      return channel -> client.execute(TYPE, new Question(), new RestToXContentListener<>(channel));
    }
  }

  private MainAction() {}
}
